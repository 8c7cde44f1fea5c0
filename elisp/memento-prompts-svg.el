;;; memento-prompts-svg.el --- Draw a day of prompts as an image  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The picture is as wide as the window, in the colours of its theme.  A bubble is filled where the prompt is rated, with the
;; rating in it, and a ring where it is not; the selected one has a second ring.  Where bubbles would cover each other they
;; stand in rows, and where these do not fit into the window all are smaller.

;;; Code:

(require 'memento-prompts-day)
(require 'color)
(require 'dom)
(require 'svg)

;;;; Internal variables

(defvar-local memento--svg-spots nil
  "Where the bubbles are: a vector of (X Y RADIUS) by the index of the prompt.")

(defconst memento--svg-scales '(1.0 0.8 0.65 0.5 0.4)
  "How much smaller bubbles are tried until they fit.")

;;;; Colours

(defun memento--svg-color (face &optional attribute)
  "Return the foreground of FACE, or its background if ATTRIBUTE is so, in hex."
  (let* ((back (eq attribute :background))
         (value (if back (face-background face nil 'default) (face-foreground face nil 'default)))
         (rgb (and value (color-name-to-rgb value))))
    (if rgb (apply #'color-rgb-to-hex (append rgb '(2))) (if back "#ffffff" "#000000"))))

(defun memento--svg-mix (share)
  "Return the colour that has SHARE of the foreground, the rest background."
  (apply #'color-rgb-to-hex
         (append (seq-mapn (lambda (fore back) (+ (* share fore) (* (- 1 share) back)))
                           (color-name-to-rgb (memento--svg-color 'default))
                           (color-name-to-rgb (memento--svg-color 'default :background)))
                 '(2))))

;;;; Where everything is

(defun memento--svg-radius (prompt scale)
  "Return the radius of the bubble of PROMPT, made smaller by SCALE, in pixels."
  (let ((radius (* scale (+ 4 (* 0.75 (frame-char-height) (plist-get prompt :size))))))
    ;; The rating stands in it.
    (if (plist-get prompt :rating) (max radius (* 0.42 (frame-char-height))) (max 2.5 radius))))

(defun memento--svg-lane (lane column scale)
  "Place the bubbles of LANE by the function COLUMN, made smaller by SCALE.
LANE is a list of (INDEX . PROMPT) in the order of time.
Return (HEIGHT . SPOTS), with SPOTS an alist of (INDEX X Y RADIUS)."
  (let (rows spots (top 4))
    ;; A row is (RIGHT RADIUS . BUBBLES): how far it is taken, its highest one, and what is in it.
    (pcase-dolist (`(,index . ,prompt) lane)
      (let* ((radius (memento--svg-radius prompt scale))
             (x (funcall column (plist-get prompt :time)))
             (left (- x radius 2))
             (row rows))
        (while (and row (> (caar row) left))
          (setq row (cdr row)))
        (if row
            (setq row (car row))
          (setq row (list 0 0)
                rows (nconc rows (list row))))
        (setcar row (+ x radius))
        (setcar (cdr row) (max (cadr row) radius))
        (setcdr (cdr row) (cons (list index x radius) (cddr row)))))
    (pcase-dolist (`(,_ ,highest . ,bubbles) rows)
      (pcase-dolist (`(,index ,x ,radius) bubbles)
        (push (list index x (+ top highest) radius) spots))
      (setq top (+ top (* 2 highest) 3)))
    (cons (max (+ top 3) (* 1.9 (frame-char-height))) spots)))

(defun memento--svg-lanes (column room)
  "Return the lanes, as `memento--svg-lane' does with COLUMN.
Their bubbles are as big as possible for the lanes to fit into ROOM."
  (let ((prompts (make-vector (length (plist-get memento--timeline :lanes)) nil))
        (scales memento--svg-scales)
        lanes)
    (dotimes (index (length memento--timeline-prompts))
      (let ((prompt (aref memento--timeline-prompts index)))
        (push (cons index prompt) (aref prompts (plist-get prompt :lane)))))
    (setq prompts (mapcar #'nreverse prompts))
    (while (and scales
                (progn
                  (setq lanes (mapcar (lambda (lane) (memento--svg-lane lane column (car scales))) prompts))
                  (> (apply #'+ (mapcar #'car lanes)) room)))
      (pop scales))
    (if scales lanes (memento--svg-squeeze lanes (/ room (apply #'+ (mapcar #'car lanes)))))))

(defun memento--svg-squeeze (lanes share)
  "Return LANES, as `memento--svg-lane' does, squeezed to SHARE of their height.
Not below a third: bubbles then cover each other, but they can be told apart."
  (let ((share (max 0.34 share))
        (least (* 1.9 (frame-char-height))))
    (mapcar (pcase-lambda (`(,_ . ,spots))
              (let ((spots (mapcar (pcase-lambda (`(,index ,x ,y ,radius))
                                     (list index x (max (+ radius 2) (* share y)) radius))
                                   spots)))
                (cons (apply #'max least (mapcar (lambda (spot) (+ (nth 2 spot) (nth 3 spot) 3)) spots)) spots)))
            lanes)))

;;;; Drawing

(defun memento--svg-text (svg text x y color &rest more)
  "Write TEXT at X and Y into SVG in COLOR; MORE are attributes."
  (apply #'svg-text svg text :x x :y y :fill color
         (append more (mapcan (lambda (one) (list (intern (format ":%s" (car one))) (cdr one))) (memento--svg-font)))))

(defun memento--svg-font ()
  "Return the attributes of text, an alist."
  (let ((family (face-attribute 'default :family nil 'default)))
    `((font-family . ,(if (stringp family) family "monospace"))
      (font-size . ,(* 0.72 (frame-char-height))))))

(defun memento--svg-below-p (a b)
  "Return non-nil if the spot A is to be drawn before B."
  (let ((rank (lambda (spot)
                (cond ((eql (car spot) memento--timeline-selected) 2)
                      ((plist-get (aref memento--timeline-prompts (car spot)) :rating) 1)
                      (t 0)))))
    (< (funcall rank a) (funcall rank b))))

(defun memento--svg-bubbles (svg spots)
  "Draw the bubbles SPOTS, an alist of (INDEX X Y RADIUS), into SVG."
  (let ((colors (vconcat (mapcar (lambda (rating) (memento--svg-color (memento--prompts-face rating))) '(nil 1 2 3 4 5))))
        (back (memento--svg-color 'default :background))
        (fore (memento--svg-color 'default))
        (down (* 0.24 (frame-char-height)))
        (text (memento--svg-font))
        nodes)
    ;; There may be thousands, and `svg-circle' looks through all that there are.  What is rated is not to be covered.
    (pcase-dolist (`(,index ,x ,y ,radius) (sort (copy-sequence spots) #'memento--svg-below-p))
      (let* ((rating (plist-get (aref memento--timeline-prompts index) :rating))
             (color (aref colors (or rating 0))))
        (when (eql index memento--timeline-selected)
          (push (dom-node 'circle `((cx . ,x) (cy . ,y) (r . ,(+ radius 3.5)) (fill . "none") (stroke . ,fore)
                                    (stroke-width . 2)))
                nodes))
        (cond
         (rating
          (push (dom-node 'circle `((cx . ,x) (cy . ,y) (r . ,radius) (fill . ,color))) nodes)
          (push (dom-node 'text `((x . ,x) (y . ,(+ y down)) (fill . ,back) (text-anchor . "middle") (font-weight . "bold")
                                  ,@text)
                          (number-to-string rating))
                nodes))
         (t
          (push (dom-node 'circle `((cx . ,x) (cy . ,y) (r . ,(- radius 0.75)) (fill . ,color) (fill-opacity . 0.22)
                                    (stroke . ,color) (stroke-width . 1.5)))
                nodes)))))
    (nconc svg (nreverse nodes))))

(defun memento--svg-grid (svg ticks column width height)
  "Draw the hours TICKS, placed by COLUMN, into SVG, and a line for now.
The picture is WIDTH by HEIGHT."
  (pcase-dolist (`(,time . ,label) ticks)
    (let ((x (funcall column time)))
      (svg-line svg x (* 1.2 (frame-char-height)) x height :stroke (memento--svg-mix 0.18) :stroke-width 1)
      (memento--svg-text svg (concat label ":00") (min x (- width 20)) (* 0.85 (frame-char-height)) (memento--svg-mix 0.6)
                         :text-anchor "middle")))
  (let ((now (truncate (* 1000 (float-time))))
        (span (memento--timeline-span)))
    (when (<= (car span) now (cdr span))
      (let ((x (funcall column now)))
        (svg-line svg x (* 1.2 (frame-char-height)) x height
                  :stroke (memento--svg-color 'memento-prompts-1) :stroke-width 1.5 :stroke-dasharray "4 3")))))

(defun memento--svg-char ()
  "Return how wide a character in the picture is, about."
  (* 0.62 0.72 (frame-char-height)))

(defun memento--svg-cut (name room)
  "Return NAME cut to ROOM pixels."
  (memento--cut name (max 3 (floor room (memento--svg-char)))))

(defun memento--svg-picture (width room)
  "Return the picture, WIDTH wide and if possible not above ROOM high.
It is (SVG . MAP), with the hot spots of the image."
  (let* ((names (memento--timeline-lane-names))
         (head (* 1.4 (frame-char-height)))
         (left (min (* 0.22 width)
                    (+ 30 (* (memento--svg-char) (apply #'max 4 (mapcar #'string-width names))))))
         (span (memento--timeline-span))
         (inner (- width left 24))
         (column (lambda (time) (+ left (/ (* inner (float (- time (car span)))) (- (cdr span) (car span))))))
         (lanes (memento--svg-lanes column (- room head)))
         (height (ceiling (+ head (apply #'+ (mapcar #'car lanes)))))
         (svg (svg-create width height))
         (top head)
         (ticks (memento--timeline-hours span inner (* 6 (frame-char-width))))
         spots)
    (setq memento--svg-spots (make-vector (length memento--timeline-prompts) nil))
    (svg-rectangle svg 0 0 width height :fill (memento--svg-color 'default :background))
    (seq-mapn
     (lambda (lane number)
       (when (= 0 (mod number 2))
         (svg-rectangle svg 0 top width (car lane) :fill (memento--svg-mix 0.045)))
       (pcase-dolist (`(,index ,x ,y ,radius) (cdr lane))
         (let ((spot (list x (+ top y) radius)))
           (aset memento--svg-spots index spot)
           (push (cons index spot) spots)))
       (setq top (+ top (car lane))))
     lanes (number-sequence 0 (length lanes)))
    (memento--svg-grid svg ticks column width height)
    (setq top head)
    (seq-mapn (lambda (lane name)
                (memento--svg-text svg (memento--svg-cut name (- left 16)) 10 (+ top (* 1.2 (frame-char-height)))
                                   (memento--svg-color 'memento-prompts-project))
                (setq top (+ top (car lane))))
              lanes names)
    (memento--svg-bubbles svg spots)
    (cons svg (memento--svg-map spots))))

(defun memento--svg-map (spots)
  "Return the hot spots of the image for SPOTS, an alist of (INDEX X Y RADIUS)."
  (mapcar (pcase-lambda (`(,index ,x ,y ,radius))
            (list (cons 'circle (cons (cons (round x) (round y)) (round (max 5 radius))))
                  'memento-prompt
                  (list 'pointer 'hand 'help-echo (memento--prompts-say (aref memento--timeline-prompts index)))))
          spots))

(defun memento--svg-at (place)
  "Return the index of the prompt whose bubble is nearest to PLACE, (X . Y).
Beside all bubbles return nil."
  (let (nearest (least 8))
    (seq-do-indexed
     (lambda (spot index)
       (when spot
         (let ((distance (- (sqrt (+ (expt (- (car place) (nth 0 spot)) 2) (expt (- (cdr place) (nth 1 spot)) 2)))
                            (nth 2 spot))))
           (when (< distance least)
             (setq least distance nearest index)))))
     memento--svg-spots)
    nearest))

(defun memento--svg-draw ()
  "Draw the day as an image, with lines about the selected prompt below."
  (let* ((window (get-buffer-window nil t))
         (start (and window (window-start window)))
         (width (window-body-width window t))
         (high nil))
    (setq cursor-type nil)
    (erase-buffer)
    (when (> (length memento--timeline-prompts) 0)
      (let ((picture (memento--svg-picture width (- (window-body-height window t) (* 6 (frame-char-height))))))
        (setq high (> (dom-attr (car picture) 'height) (window-body-height window t)))
        (insert-image (svg-image (car picture) :scale 1 :map (cdr picture))
                      (memento--count (length memento--timeline-prompts) "prompt")))
      (insert "\n" (propertize "\n" 'face '(:height 0.4))))
    (insert (memento--timeline-preview (window-body-width window)))
    (goto-char (point-min))
    (when window
      (set-window-start window (min start (point-max)) t)
      (set-window-point window (point))
      (when high
        (memento--timeline-say)))))

(provide 'memento-prompts-svg)
;;; memento-prompts-svg.el ends here
